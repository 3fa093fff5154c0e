import { expect, test } from 'vitest'
import type { Epoch } from '../../journal/epochs.ts'
import { judge, type Judged, type JudgeRules, type Sight } from '../../proxy/gate/judge.ts'

const RULES: JudgeRules = {
  ...{ isSame: (one, other) => one === other, back: 'same', failed: 'shut' },
  isNamedAnew: () => false,
}

/** Of a backend that shows only whether it has any state. */
const FACTORY: Partial<JudgeRules> = {
  isSame: (one, other) => one === other || other === 'b',
  isNamedAnew: (one, other) => one !== other,
}

const epochOf = (phase: Epoch['phase'], boot: string | null = 'a'): Epoch => ({
  ...{ stream: 's', number: 3, phase, boot, sign: 'test', beganAt: 1, run: null },
  ...{ outcome: null, detail: null, findings: null, endedAt: null },
})

const A: Sight = { kind: 'boot', boot: 'a' }
const B: Sight = { kind: 'boot', boot: 'b' }
const AWAY: Sight = { kind: 'away', why: 'refused', isRefused: true }
const UNCLEAR: Sight = { kind: 'unclear', why: '500' }
const BACK: Sight = { kind: 'back' }
const RESTARTED: Sight = { kind: 'restarted', boot: 'a' }

type Case = [string, Epoch | null, Sight, Judged, Partial<JudgeRules>?]

test.for<Case>([
  ['the first life is noted before anybody is let in', null, A, { shut: 'starting', say: 'first' }],
  ['so is one that cannot be told apart', null, BACK, { shut: 'starting', say: 'first' }],
  ['of a backend that is away nothing is noted', null, AWAY, { shut: 'starting', say: null }],
  ['nor of one that answers oddly', null, UNCLEAR, { shut: 'starting', say: null }],
  ['the same life is open', epochOf('open'), A, { shut: null, say: null }],
  ['another one is a loss', epochOf('open'), B, { shut: 'lost', say: 'lost' }],
  ['an unknown one gets its name', epochOf('open', null), B, { shut: null, say: 'name' }],
  ['one that is away is shut', epochOf('open'), AWAY, { shut: 'away', say: null }],
  ['one that answers oddly stays', epochOf('open'), UNCLEAR, { shut: 'as before', say: null }],
  ['one that is back may be the same', epochOf('open', null), BACK, { shut: null, say: null }],
  ['or not', epochOf('open', null), BACK, { shut: 'lost', say: 'lost' }, { back: 'lost' }],
  ['what is restored is shut', epochOf('restoring'), A, { shut: 'restoring', say: null }],
  ['and stays so away', epochOf('restoring'), AWAY, { shut: 'restoring', say: null }],
  ['and may be lost again', epochOf('restoring'), B, { shut: 'lost', say: 'lost' }],
  ['or get its name', epochOf('restoring', null), B, { shut: 'restoring', say: 'name' }],
  ['what failed is shut', epochOf('failed'), A, { shut: 'failed', say: null }],
  ['or open', epochOf('failed'), A, { shut: null, say: null }, { failed: 'open' }],
  [
    'one that has state by now is named so',
    epochOf('open'),
    B,
    { shut: null, say: 'name' },
    FACTORY,
  ],
  [
    'but not while it is restored',
    epochOf('restoring'),
    B,
    { shut: 'restoring', say: null },
    FACTORY,
  ],
  ['and lost once it has none', epochOf('open', 'b'), A, { shut: 'lost', say: 'lost' }, FACTORY],
  [
    'one that was started again is another',
    epochOf('open'),
    RESTARTED,
    { shut: 'lost', say: 'lost' },
  ],
  [
    'one sign tells it, though another is not to be had',
    epochOf('open'),
    { ...UNCLEAR, boot: 'b' },
    { shut: 'lost', say: 'lost' },
  ],
  [
    'but does not tell that all is well',
    epochOf('open'),
    { ...UNCLEAR, boot: 'a' },
    { shut: 'as before', say: null },
  ],
  ['what failed may be lost again', epochOf('failed'), B, { shut: 'lost', say: 'lost' }],
])('%s', ([, epoch, seen, judged, rules]) => {
  expect(judge(epoch, seen, { ...RULES, ...rules })).toEqual(judged)
})
