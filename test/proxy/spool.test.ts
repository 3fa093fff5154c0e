import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { SealedRecord } from '../../journal/contract.ts'
import { claimSlot } from '../../proxy/slots.ts'
import { openSpool, type OwnedRecord, type Spool } from '../../proxy/spool.ts'
import { isLocked } from '../../proxy/store.ts'
import { emptyFolder } from '../support/folder.ts'

const MEGABYTE = 1024 * 1024

const UNAVAILABLE = { code: 'spool_unavailable', retryable: true }

/** A spool that is closed after the test, and what it says of damage. */
async function openWatched(folder = emptyFolder(), limit = 64 * MEGABYTE) {
  const damage: string[] = []
  const spool = await openSpool(folder, limit, (message) => damage.push(message))
  onTestFinished(() => spool.close())
  return { spool, damage, folder }
}

function owned(number: number, bytes: Buffer | string = `bytes of ${number}`): OwnedRecord {
  const record: SealedRecord = {
    ...{ kind: 'entry', number, verdict: 'applied' },
    json: JSON.stringify({ number, target: '/\xe9\u{1F600}"\\', list: [1, null] }),
    ends: [number],
    bytes: [Buffer.from(bytes), Buffer.alloc(0), Buffer.from([number % 256, 0, 255])],
  }
  return { recorder: `recorder ${number % 3}`, record }
}

/** What the spool holds from its head on, without taking it. */
async function heldIn(spool: Spool, records = 1_000): Promise<OwnedRecord[]> {
  const found = await spool.peek(records, Infinity)
  return found.map(({ recorder, record }) => ({ recorder, record }))
}

/** Takes everything, in pieces of one; answers the numbers. */
async function drained(spool: Spool): Promise<number[]> {
  const numbers: number[] = []
  for (;;) {
    const batch = await spool.peek(1, 1)
    if (batch.length === 0) return numbers
    numbers.push(...batch.map(({ record }) => record.number))
    await spool.drop(batch)
  }
}

describe('a spool', () => {
  test('gives back what it was given, in order, byte for byte', async () => {
    const { spool } = await openWatched()
    const records = [owned(1), owned(2, ''), owned(300, randomBytes(300_000)), owned(4)]
    await spool.append(records.slice(0, 1))
    await spool.append(records.slice(1))
    expect(await heldIn(spool)).toEqual(records)
    expect(await heldIn(spool, 2)).toEqual(records.slice(0, 2))
    expect(spool.records).toBe(4)
  })

  test('lets go of the oldest, and takes more behind', async () => {
    const { spool } = await openWatched()
    await spool.append([1, 2, 3].map((number) => owned(number)))
    await spool.drop(await spool.peek(2, Infinity))
    await spool.append([owned(4)])
    expect(await heldIn(spool)).toEqual([owned(3), owned(4)])
    expect(spool.records).toBe(2)
  })

  test('hands out as many as have so many bytes, but at least one', async () => {
    const { spool } = await openWatched()
    await spool.append([1, 2, 3].map((number) => owned(number, Buffer.alloc(1_000))))
    expect(await spool.peek(9, 1)).toHaveLength(1)
    const [first] = await spool.peek(9, 1)
    expect(await spool.peek(9, 2 * first!.size)).toHaveLength(2)
  })

  test('counts its bytes, and has none when all is gone', async () => {
    const { spool } = await openWatched()
    expect([spool.records, spool.bytes]).toEqual([0, 0])
    await spool.append([owned(1, Buffer.alloc(10_000))])
    const before = spool.bytes
    expect(before).toBeGreaterThan(10_000)
    await spool.append([owned(2, Buffer.alloc(10_000))])
    expect(spool.bytes).toBe(2 * before)
    await spool.drop(await spool.peek(1, Infinity))
    expect(spool.bytes).toBe(before)
    await spool.drop(await spool.peek(1, Infinity))
    expect([spool.records, spool.bytes]).toEqual([0, 0])
    expect(await spool.peek(1, Infinity)).toEqual([])
  })

  test('takes all of an append or none where the limit is reached, and goes on when it is not', async () => {
    const { spool } = await openWatched(undefined, 25_000)
    const large = [1, 2, 3].map((number) => owned(number, Buffer.alloc(10_000)))
    await expect(spool.append(large)).rejects.toMatchObject(UNAVAILABLE)
    expect([spool.records, spool.bytes]).toEqual([0, 0])
    await spool.append(large.slice(0, 2))
    await expect(spool.append(large.slice(2))).rejects.toMatchObject(UNAVAILABLE)
    await spool.check()
    await spool.drop(await spool.peek(1, Infinity))
    await spool.append(large.slice(2))
    expect(await drained(spool)).toEqual([2, 3])
  })

  test('that is opened again has the same, and goes on behind it', async () => {
    const first = await openWatched()
    await first.spool.append([1, 2, 3].map((number) => owned(number)))
    await first.spool.drop(await first.spool.peek(1, Infinity))
    const { bytes } = first.spool
    await first.spool.close()
    const { spool, damage } = await openWatched(first.folder)
    expect([spool.records, spool.bytes]).toEqual([2, bytes])
    await spool.append([owned(4)])
    expect(await heldIn(spool)).toEqual([owned(2), owned(3), owned(4)])
    expect(damage).toEqual([])
  })

  test('loses nothing of what is appended while it is looked into', async () => {
    const { spool, damage } = await openWatched()
    for (let number = 1; number <= 200; number++) {
      let isAppended = false
      const appending = spool.append([owned(number)]).then(() => (isAppended = true))
      for (; !isAppended; await nextTurn()) await spool.peek(9, Infinity)
      await appending
      expect(await drained(spool)).toEqual([number])
    }
    expect(damage).toEqual([])
  })

  test('gives back the disk when it is empty', async () => {
    const { spool, folder } = await openWatched()
    for (let number = 0; number < 8; number++) {
      await spool.append([owned(number, randomBytes(MEGABYTE))])
    }
    expect(sizeOf(folder)).toBeGreaterThan(8 * MEGABYTE)
    expect(await drained(spool)).toHaveLength(8)
    expect(sizeOf(folder)).toBeLessThan(2.5 * MEGABYTE)
  })

  test('is of one process at a time', async () => {
    const { spool, folder } = await openWatched()
    const second = openSpool(folder, MEGABYTE, () => {})
    await expect(second).rejects.toMatchObject(UNAVAILABLE)
    await expect(second).rejects.toSatisfy(isLocked)
    await spool.append([owned(1)])
    await spool.close()
    expect((await openWatched(folder)).spool.records).toBe(1)
  })

  test('that is in use makes another process take the next slot', async () => {
    const parent = emptyFolder()
    const claim = async () => {
      const slot = await claimSlot(parent, 'a/../b.', MEGABYTE, () => {})
      onTestFinished(() => slot.spool.close())
      return { ...slot, name: slot.folder.slice(parent.length + 1) }
    }
    const [first, second] = [await claim(), await claim()]
    expect([first.name, second.name]).toEqual(['a%2F%2E%2E%2Fb%2E/0', 'a%2F%2E%2E%2Fb%2E/1'])
    expect([first.history, second.history]).toEqual(['new', 'new'])
    await first.spool.close()
    expect(await claim()).toMatchObject({ name: first.name, history: 'used' })
  })
})

describe('a disk that did not keep what it was given', () => {
  const SIZE = 40_000

  /** Six records; a byte of one of them is turned where it is on the disk now. */
  async function damagedSpool(number: number, where: 'log' | 'ldb') {
    const first = await openWatched()
    for (let n = 1; n <= 6; n++) await first.spool.append([owned(n, Buffer.alloc(SIZE, `<${n}>`))])
    await first.spool.close()
    // At opening the log is written out as a table.
    if (where === 'ldb') await (await openSpool(first.folder, MEGABYTE, () => {})).close()
    expect(flipByte(first.folder, `.${where}`, `<${number}><${number}>`)).toBe(1)
    return openWatched(first.folder)
  }

  test.for([1, 3, 6])(
    'in record %d of a table: it is told, and all others come',
    async (number) => {
      const { spool, damage } = await damagedSpool(number, 'ldb')
      const sound = [1, 2, 3, 4, 5, 6].filter((n) => n !== number)
      expect(await drained(spool)).toEqual(sound)
      expect(damage).toEqual([expect.stringMatching(/^1 spooled records are damaged in /)])
      expect([spool.records, spool.bytes]).toEqual([0, 0])
    },
  )

  test('in the log: what is missing is told, and what is sound comes', async () => {
    const { spool, damage } = await damagedSpool(3, 'log')
    const sound = await drained(spool)
    expect(sound).toEqual(expect.arrayContaining([1, 2, 6]))
    expect(sound).not.toContain(3)
    expect(damage).toEqual([
      expect.stringMatching(new RegExp(`^${6 - sound.length} spooled records are missing in `)),
    ])
    await spool.append([owned(7)])
    expect(await drained(spool)).toEqual([7])
  })

  test('is told once: what is damaged goes with what is moved', async () => {
    const { spool, folder } = await damagedSpool(6, 'ldb')
    await drained(spool)
    await spool.close()
    const again = await openWatched(folder)
    expect(await drained(again.spool)).toEqual([])
    expect([again.damage, again.spool.records]).toEqual([[], 0])
  })
})

describe.skipIf(process.getuid?.() !== 0)('a disk that is full', () => {
  /** A file system of its own, of 6 MB, for root only. */
  function smallDisk(): string {
    const folder = emptyFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder])
    onTestFinished(() => void execFileSync('umount', [folder]))
    return folder
  }

  test('lets nothing be appended, keeps what is there, and takes more when it has room', async () => {
    const disk = smallDisk()
    const { spool } = await openWatched(join(disk, 'spool'))
    await spool.append([owned(1)])
    const ballast = join(disk, 'ballast')
    writeFileSync(ballast, Buffer.alloc(3 * MEGABYTE))
    await expect(spool.append([owned(2)])).rejects.toMatchObject(UNAVAILABLE)
    await expect(spool.check()).rejects.toMatchObject(UNAVAILABLE)
    expect(await heldIn(spool)).toEqual([owned(1)])
    rmSync(ballast)
    await spool.check()
    await spool.append([owned(3)])
    expect(await drained(spool)).toEqual([1, 3])
  })

  test('can be opened and drained', async () => {
    const disk = smallDisk()
    const first = await openWatched(join(disk, 'spool'))
    const records = [1, 2, 3].map((number) => owned(number, randomBytes(300_000)))
    await first.spool.append(records)
    await first.spool.close()
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(3 * MEGABYTE))
    const { spool, damage } = await openWatched(first.folder)
    expect(await drained(spool)).toEqual([1, 2, 3])
    expect([damage, spool.records, spool.bytes]).toEqual([[], 0, 0])
  })
})

/** Turns a byte behind the marker in the files of that kind; answers in how many it was. */
function flipByte(folder: string, extension: string, marker: string): number {
  const files = readdirSync(folder).filter((name) => name.endsWith(extension))
  return files.filter((name) => {
    const bytes = readFileSync(join(folder, name))
    const at = bytes.indexOf(marker)
    if (at === -1) return false
    bytes[at + 10_000]! ^= 0xff
    writeFileSync(join(folder, name), bytes)
    return true
  }).length
}

function sizeOf(folder: string): number {
  const sizes = readdirSync(folder).map((name) => {
    // One that is being removed may be gone by now.
    return statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0
  })
  return sizes.reduce((sum, size) => sum + size, 0)
}
