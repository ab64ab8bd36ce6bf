"""A collection frees the functions that other threads made and dropped, and leaves alone what these refer to."""
import gc
import threading


def work(number, results):
    spaces = []
    for i in range(30):
        space = {"kept": [number]}
        exec("def dropped():\n    return kept", space)
        assert space.pop("dropped")() == [number]
        spaces.append(space)
        if i % 10 == number:
            gc.collect()
    results[number] = [space["kept"] for space in spaces] == [[number]] * 30


results = [False] * 8
threads = [threading.Thread(target=work, args=(number, results)) for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert all(results)
