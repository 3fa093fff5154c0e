import { Dialog } from './Dialog.tsx'

const KEYS: readonly [title: string, keys: readonly [string, string][]][] = [
  [
    'Everywhere',
    [
      ['g j', 'journal'],
      ['g r', 'runs'],
      ['g s', 'how things stand'],
      ['g t', 'audit trail'],
      ['t', 'theme: system, light, dark'],
      ['?', 'this'],
    ],
  ],
  [
    'Journal',
    [
      ['/', 'search and filter'],
      ['j k', 'next and previous entry'],
      ['Enter', 'open it'],
      ['x', 'choose it'],
      ['l', 'label what is chosen'],
      ['r', 'replay what is chosen, or matches'],
      ['s', 'settle what is chosen and in doubt'],
      ['p', 'pause, and go on'],
      ['.', 'back to the newest'],
    ],
  ],
  [
    'Entry',
    [
      ['j k', 'next and previous entry of the list'],
      ['c', 'copy it as a curl command'],
      ['r', 'replay it'],
      ['Esc', 'back to the list'],
    ],
  ],
  [
    'Runs, and one of them',
    [
      ['/', 'search'],
      ['r', 'plan a replay'],
      ['j k', 'next and previous'],
      ['Enter', 'open it: a run, or what differed'],
      ['o', 'go to the entry of an attempt'],
      ['x', 'choose a run'],
      ['c', 'compare the two that are chosen'],
      ['p', 'in a run: pause, and go on'],
    ],
  ],
  [
    'State',
    [
      ['j k', 'next and previous in doubt'],
      ['x', 'choose it'],
      ['s', 'settle what is chosen'],
      ['Enter', 'open it'],
    ],
  ],
]

const WORDS: readonly [string, string][] = [
  ['status:5xx,404', 'recorded answers'],
  ['method:PUT', 'methods'],
  ['/api/*/state', 'paths: exact, prefix/* or glob; -/api/login leaves out'],
  ['verdict:in_doubt', 'applied, failed, in_doubt, context'],
  ['settled:no', 'yes: settled; no: not, or never in doubt'],
  ['user:ada client:10.0.0.7', 'who sent it'],
  ['label:bug-17', 'labels'],
  ['since:2026-01-15T12:00Z', 'arrived at or after; until: before'],
  ['"not found"', 'in targets and bodies, as it was on the wire'],
]

export function Help({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys and words" onClose={onClose}>
      <div className="help">
        {KEYS.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, does]) => (
                <div key={key}>
                  <dt>
                    {key.split(' ').map((one) => (
                      <kbd key={one}>{one}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section className="wide">
          <h3>Words of the search</h3>
          <dl>
            {WORDS.map(([word, means]) => (
              <div key={word}>
                <dt>
                  <code>{word}</code>
                </dt>
                <dd>{means}</dd>
              </div>
            ))}
          </dl>
        </section>
        <p className="wide muted">
          The same by command line and API: <a href="/api/docs">documentation of the API</a>.
        </p>
      </div>
    </Dialog>
  )
}
