"""Words taken apart and put together."""
TEXT = "the quick brown fox jumps over the lazy dog, and then it does so again; " * 40


def main(rounds):
    total = 0
    for k in range(rounds):
        words = TEXT.replace(";", ",").split(" ")
        titled = [word.strip(",").title() for word in words if word]
        line = "-".join(titled)
        total += len(line) + line.count("Fox") + sum(1 for c in line if c == "o")
        text = ""
        for word in titled:
            text += word[1:] + word[0].lower()
            if text.startswith("he") and text.endswith("yk"):
                total += 1
        total += len(text)
    return total


print(main(1500))
