"""Changes of the register, each written once: reading and keeping, linking, signing, reminding."""
