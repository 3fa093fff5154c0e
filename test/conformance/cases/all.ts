import type { Case } from '../case.ts'
import { aborts } from './aborts.ts'
import { answerBodies } from './answer-bodies.ts'
import { answerFields } from './answer-fields.ts'
import { bodiless } from './bodiless.ts'
import { brokenAnswers } from './broken-answers.ts'
import { connections } from './connections.ts'
import { interim } from './interim.ts'
import { requestBodies } from './request-bodies.ts'
import { requestFields } from './request-fields.ts'
import { smuggling } from './smuggling.ts'
import { streaming } from './streaming.ts'
import { targets } from './targets.ts'
import { upgrades } from './upgrades.ts'

export const CASES: readonly Case[] = [
  ...requestBodies,
  ...answerBodies,
  ...targets,
  ...requestFields,
  ...answerFields,
  ...bodiless,
  ...interim,
  ...connections,
  ...streaming,
  ...aborts,
  ...brokenAnswers,
  ...smuggling,
  ...upgrades,
]
