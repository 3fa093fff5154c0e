import { describe, expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import type { DeedFilter, NewDeed } from '../../../journal/deed.ts'

const deed = (more: Partial<NewDeed> = {}): NewDeed => ({
  ...{ who: 'alice', role: 'replay', means: 'token', address: '192.0.2.1' },
  ...{ action: 'label', stream: 's', detail: { label: 'x', filter: { idFrom: 1 } } },
  ...more,
})

export function declareDeeds(journal: () => Journal): void {
  describe('what was done', () => {
    test('is kept as it was noted, with its moment, the newest first', async () => {
      const nobody = deed({ who: null, role: null, address: null, stream: null, detail: {} })
      const before = Date.now() * 1000 - 1_000_000
      await journal().noteDeed(deed())
      await journal().noteDeed(nobody)
      const [newest, older] = await journal().deeds({ limit: 2 })
      expect(newest).toMatchObject(nobody)
      expect(older).toMatchObject(deed())
      expect(newest!.id).toBeGreaterThan(older!.id)
      expect(older!.at).toBeGreaterThan(before)
      expect(newest!.at).toBeGreaterThanOrEqual(older!.at)
    })

    test('is read a page at a time, each deed once', async () => {
      for (let i = 0; i < 5; i++) await journal().noteDeed(deed({ detail: { i } }))
      const seen: unknown[] = []
      let before: number | undefined
      for (let page = 0; page < 3; page++) {
        const deeds = await journal().deeds({ limit: 2, ...(before !== undefined && { before }) })
        seen.push(...deeds.map(({ detail }) => detail['i']))
        before = deeds.at(-1)!.id
      }
      expect(seen.slice(0, 5)).toEqual([4, 3, 2, 1, 0])
    })

    test('is found by who did it, what it was and to which stream', async () => {
      await journal().noteDeed(deed({ who: 'finder', action: 'settle', stream: 'x' }))
      await journal().noteDeed(deed({ who: 'finder', action: 'clear', stream: 'y' }))
      await journal().noteDeed(deed({ who: 'finder2', action: 'clear', stream: 'x' }))
      const found = async (filter: DeedFilter) =>
        (await journal().deeds({ limit: 9, ...filter })).map((one) => `${one.who} ${one.action}`)
      expect(await found({ who: 'finder' })).toEqual(['finder clear', 'finder settle'])
      expect(await found({ who: 'finder', actions: ['settle', 'label'] })).toEqual([
        'finder settle',
      ])
      expect(await found({ stream: 'x' })).toEqual(['finder2 clear', 'finder settle'])
      expect(await found({ who: 'find' })).toEqual([])
      expect(await found({ who: '\0' })).toEqual([])
    })

    test('is noted whatever a name holds', async () => {
      await journal().noteDeed(deed({ who: 'a\0b', detail: { deep: ['\0'] } }))
      const [noted] = await journal().deeds({ limit: 1 })
      expect(noted).toMatchObject({ who: 'a\uFFFDb', detail: { deep: ['\uFFFD'] } })
    })

    test('stays when its stream is cleared', async () => {
      await journal().noteDeed(deed({ stream: 'gone' }))
      await journal().clear('gone')
      expect(await journal().deeds({ limit: 1 })).toMatchObject([{ stream: 'gone' }])
    })
  })
}
