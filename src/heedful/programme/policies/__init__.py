"""The school's policies, their versions and sections, and what in Heedful each section stands behind."""
