"""From nothing to a trained model: corpus → tokenizer → GPT → snapshots → model card. See `__main__.py`."""
