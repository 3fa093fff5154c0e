import {
  describeToken,
  hashOf,
  newToken,
  parseTokenName,
} from '../../replayer/service/door/tokens.ts'
import { ROLES } from '../../replayer/service/door/role.ts'
import { command, EXIT } from '../command.ts'
import { withDefault } from '../settings.ts'
import { oneOf, switchOn } from '../values.ts'

export const tokenCommand = command({
  settings: {
    name: {
      expects: 'NAME',
      help: 'who gets the token: what is done with it stands under this name in the audit trail',
      parse: parseTokenName,
    },
    role: withDefault(
      oneOf(ROLES, 'read: look; replay: start replays, settle, label too; admin: remove too'),
      'read',
    ),
    json: switchOn('prints JSON'),
  },
  words: ['name'],
  details: `
Prints a token that nobody has had before, for whoever is to use the service, and the line by which the
service knows it: --tokens, REPRISE_TOKENS, or a list \`tokens:\` in reprise.yaml. The line holds only a
hash; the token is shown this once. A token is taken back by taking its line away.

Exit codes: 0 done, 2 wrong settings.

Examples:
  reprise token alice --role replay
  curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8081/api/streams`,
  missing: ({ name }) => (name === undefined ? { name: 'who gets the token' } : {}),
  async run(settings, { stdout, stderr }) {
    const token = newToken()
    const { role } = settings
    const line = describeToken({ name: settings.name!, role, hash: hashOf(token) })
    if (settings.json) {
      stdout.write(`${JSON.stringify({ token, tokens: line }, null, 2)}\n`)
    } else {
      stdout.write(`${token}\n${line}\n`)
      stderr.write(
        `The first line is the token for ${settings.name}, the second is for --tokens.\n`,
      )
    }
    return EXIT.ok
  },
})
