"""The server's sentence encoder: fine-tuned here, shipped as int8 ONNX. Needs the training extra (torch)."""
