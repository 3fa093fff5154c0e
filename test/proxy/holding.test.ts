import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { Hold } from '../../proxy/holding.ts'

test('what comes while there is no room waits for it once, and again the next time', () => {
  const calls: string[] = []
  const hold = new Hold({ pause: () => calls.push('pause'), resume: () => calls.push('resume') })
  const target = new EventEmitter()
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 100; i++) hold.untilDrain(target)
    expect(target.listenerCount('drain')).toBe(1)
    target.emit('drain')
    expect(calls.splice(0)).toEqual(['pause', 'resume'])
  }
})
