"""The device's small model: fitted on hashed features, packed to int8, its thresholds chosen by the packed logits."""
