"""One page that says where the school stands and what comes next; the only place where its stage is changed."""
