"""JSON there and back."""
import json

DATA = {"name": "krait", "values": list(range(200)), "nested": [{"id": i, "text": "x" * i, "f": i / 7} for i in range(60)]}


def main():
    for _ in range(10):
        text = json.dumps(DATA)
        back = json.loads(text)
    return back == DATA
