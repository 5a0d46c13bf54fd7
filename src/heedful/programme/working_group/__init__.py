"""Who owns the deployment: members from three strands, their meetings, decisions and minutes."""
