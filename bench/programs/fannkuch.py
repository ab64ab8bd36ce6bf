"""Pancake flips over all permutations: list indexing, slices, swaps."""


def fannkuch(n):
    permutation = list(range(n))
    count = [0] * n
    flips_most = checksum = index = 0
    rank = n
    while True:
        while rank != 1:
            count[rank - 1] = rank
            rank -= 1
        work = permutation[:]
        flips = 0
        first = work[0]
        while first:
            work[:first + 1] = work[first::-1]
            flips += 1
            first = work[0]
        flips_most = max(flips_most, flips)
        checksum += -flips if index & 1 else flips
        while True:
            if rank == n:
                return checksum, flips_most
            head = permutation[0]
            for i in range(rank):
                permutation[i] = permutation[i + 1]
            permutation[rank] = head
            count[rank] -= 1
            if count[rank] > 0:
                break
            rank += 1
        index += 1


print(fannkuch(9))
