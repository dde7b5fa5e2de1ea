"""Building, splitting, replacing and formatting text."""


def main():
    parts = []
    text = ""
    for i in range(6000):
        text += chr(97 + i % 26)
        parts.append("%d:%s" % (i, text[-3:]))
        parts.append(f"{i:>6}|{i * 0.5:.2f}")
    joined = ",".join(parts)
    words = joined.replace(":", " ").upper().split(",")
    return sum(word.startswith("1") for word in words) + joined.count("9") + len(joined.encode())
