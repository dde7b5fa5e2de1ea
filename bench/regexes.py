"""Regular expressions."""
import re

TEXT = "The year 1984 and 2001-05-07, mail to someone@example.org or other.person@site.co.uk. " * 40


def main():
    dates = re.findall(r"(\d{4})(?:-(\d\d)-(\d\d))?", TEXT)
    mails = re.findall(r"[\w.]+@[\w.]+\w", TEXT)
    words = re.sub(r"\b(\w)(\w*)\b", lambda m: m.group(2) + m.group(1), TEXT)
    return len(dates), len(mails), len(words), len(re.split(r"[\s,.]+", TEXT))
