class Account:
    interest = 2

    def __init__(self):
        self.balance = 0
        self.count = 0

    def deposit(self, amount):
        self.balance += amount
        self.note()

    def note(self):
        self.count += self.interest


class Savings(Account):
    interest = 3

    def deposit(self, amount):
        super().deposit(amount + 1)


def main(n):
    accounts = [Account(), Savings(), Account()]
    for i in range(n):
        for account in accounts:
            account.deposit(i & 3)
    return [(account.balance, account.count) for account in accounts]


print(main(700_000))
