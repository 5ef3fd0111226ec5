"""From nothing to a trained model: corpus → tokenizer → GPT → snapshots → model card. `python -m gptviz.training --help`"""
