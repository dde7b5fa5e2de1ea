import queue
import threading

q, results = queue.Queue(), []
lock = threading.Lock()


def worker():
    while (item := q.get()) is not None:
        with lock:
            results.append(item * item)


threads = [threading.Thread(target=worker) for _ in range(3)]
for thread in threads:
    thread.start()
for i in range(20):
    q.put(i)
for _ in threads:
    q.put(None)
for thread in threads:
    thread.join()
print(sorted(results) == [i * i for i in range(20)], threading.active_count())
