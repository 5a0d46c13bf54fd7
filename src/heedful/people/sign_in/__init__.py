"""Staff sign in with the school's own Google, Microsoft or other OpenID Connect account; nobody signs up."""
