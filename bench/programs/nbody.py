"""Planets as attribute objects pulling at each other."""


class Body:
    def __init__(self, x, y, z, vx, vy, vz, mass):
        self.x, self.y, self.z = x, y, z
        self.vx, self.vy, self.vz = vx, vy, vz
        self.mass = mass


def advance(bodies, pairs, dt):
    for a, b in pairs:
        dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
        pull = dt / (dx * dx + dy * dy + dz * dz) ** 1.5
        a.vx -= dx * b.mass * pull
        a.vy -= dy * b.mass * pull
        a.vz -= dz * b.mass * pull
        b.vx += dx * a.mass * pull
        b.vy += dy * a.mass * pull
        b.vz += dz * a.mass * pull
    for body in bodies:
        body.x += dt * body.vx
        body.y += dt * body.vy
        body.z += dt * body.vz


bodies = [Body(5.0 * k, 3.0 - k, 0.1 * k, 0.3 / (k + 1), 0.2 * k, 0.01, 1.0 / (k + 1)) for k in range(5)]
pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1:]]
for _ in range(120_000):
    advance(bodies, pairs, 0.001)
print(f"{sum(body.x for body in bodies):.9f}")
