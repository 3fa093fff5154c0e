import { expect, test } from 'vitest'
import { resumedSettings } from '../../cli/resumed-settings.ts'
import { replaySettings } from '../../cli/replay-settings.ts'
import { parseSettings } from '../../cli/settings.ts'
import type { Manner } from '../../replayer/run/manner.ts'

const kept: Manner = {
  ...{ lanes: ['/api/things/:id'], concurrency: 3, tolerance: 20_000, speed: 4, rate: 9 },
  ...{ onFailure: 'continue', onDifference: 'stop' },
}

const resumed = (argv: string[], plan: unknown = { manner: kept }, env = {}) =>
  resumedSettings(parseSettings(replaySettings, { argv: ['--resume', '7', ...argv], env }), {
    plan,
  })

test('a run that goes on sends as it was begun', () => {
  const { settings, told } = resumed([])
  expect(settings).toMatchObject({
    ...{ resume: 7, concurrency: 3, serial: false, speed: 4, rate: 9, 'clock-tolerance': 20 },
    ...{ lanes: [{ text: '/api/things/:id' }], 'skip-request-errors': true },
    'on-difference': 'stop',
  })
  expect(told).toBe(
    '--lanes /api/things/:id --concurrency 3 --clock-tolerance 20ms --speed 4x --rate 9/s ' +
      '--skip-request-errors --on-difference stop',
  )
})

test('but for what a flag says', () => {
  const { settings, told } = resumed(['--serial', '--rate', '1/s', '--on-difference', 'continue'])
  expect(settings).toMatchObject({ serial: true, rate: 1, speed: 4, 'on-difference': 'continue' })
  expect(told).toContain('--concurrency 1 ')
})

test('what environment or file say of all runs does not change one that was begun', () => {
  const env = { REPRISE_CONCURRENCY: '64', REPRISE_LANES: '/other/:id' }
  const { settings } = resumed([], { manner: kept }, env)
  expect(settings).toMatchObject({ concurrency: 3, lanes: [{ text: '/api/things/:id' }] })
})

test('one of which that was not kept takes the settings as they are', () => {
  const { settings, told } = resumed(['--concurrency', '2'], { filter: {} })
  expect(settings.concurrency).toBe(2)
  expect(told).toBeNull()
})
