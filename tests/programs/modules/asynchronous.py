import asyncio


async def work(n):
    await asyncio.sleep(0)
    return n * n


async def numbers(n):
    for i in range(n):
        yield i
        await asyncio.sleep(0)


async def main():
    print(await asyncio.gather(*(work(i) for i in range(5))))
    print([i async for i in numbers(3)])


asyncio.run(main())
