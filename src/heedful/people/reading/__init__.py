"""Who reads how much: a lock for somebody who reads far more than triage needs, and what other leads see of it."""
