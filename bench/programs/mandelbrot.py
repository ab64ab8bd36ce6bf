def escapes(cr, ci, limit):
    zr = zi = 0.0
    for n in range(limit):
        rr, ii = zr * zr, zi * zi
        if rr + ii > 4.0:
            return n
        zr, zi = rr - ii + cr, 2.0 * zr * zi + ci
    return limit


print(sum(escapes(x / 100 - 2.0, y / 100 - 1.0, 60) for y in range(200) for x in range(300)))
