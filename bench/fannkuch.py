"""Flips of permutations."""


def main(n=7):
    count = [0] * n
    most = checksum = sign = 0
    order = list(range(n))
    depth = n
    while True:
        while depth != 1:
            count[depth - 1] = depth
            depth -= 1
        first, flips = order[0], 0
        if first:
            work = order[:]
            while first:
                work[:first + 1] = work[first::-1]
                flips += 1
                first = work[0]
            most = max(most, flips)
        checksum += -flips if sign else flips
        sign = 1 - sign
        while True:
            if depth == n:
                return checksum, most
            order.insert(depth, order.pop(0))
            count[depth] -= 1
            if count[depth] > 0:
                break
            depth += 1
