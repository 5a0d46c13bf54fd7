"""The fusion's numbers: what each layer's word is worth, fitted on lines that no layer was trained on."""
