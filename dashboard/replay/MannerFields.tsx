import { useState } from 'react'
import { Choice, Field, NumberField } from './fields.tsx'
import { USUAL_MANNER, type Manner } from './wish.ts'

type Order = 'recorded' | 'lanes' | 'serial'

/** How entries are sent: in which order, how fast, and what ends the run before its end. */
export function MannerFields({
  manner,
  onManner,
}: {
  manner: Manner
  onManner: (parts: Partial<Manner>) => void
}) {
  return (
    <>
      <OrderFields {...{ manner, onManner }} />
      <SpeedFields {...{ manner, onManner }} />
      <details className="more">
        <summary>
          Failures, differences, clocks
          <span className="muted"> {moreText(manner)}</span>
        </summary>
        <MoreFields {...{ manner, onManner }} />
      </details>
    </>
  )
}

interface Props {
  manner: Manner
  onManner: (parts: Partial<Manner>) => void
}

function OrderFields({ manner: { lanes, concurrency }, onManner }: Props) {
  const said: Order = concurrency === 1 ? 'serial' : lanes.length > 0 ? 'lanes' : 'recorded'
  // Lanes are chosen before the first one is named.
  const [chosen, setChosen] = useState(said)
  const order = said === 'recorded' && chosen === 'lanes' ? 'lanes' : said
  const usual = USUAL_MANNER.concurrency
  return (
    <>
      <Choice<Order>
        legend="Order"
        value={order}
        onSay={(next) => {
          setChosen(next)
          const isLaned = next === 'lanes'
          onManner({
            lanes: isLaned ? lanes : [],
            concurrency: next === 'serial' ? 1 : concurrency === 1 ? usual : concurrency,
          })
        }}
        all={[
          ['recorded', 'As recorded', 'after all that had been answered before it came'],
          ['lanes', 'In lanes', 'that order within each lane only'],
          ['serial', 'Serial', 'one after the other'],
        ]}
      />
      {order === 'lanes' && (
        <Field
          label="Lanes"
          placeholder="/api/devices/:id"
          value={lanes.join(' ')}
          onSay={(text) => onManner({ lanes: text.split(/\s+/).filter(Boolean) })}
        >
          A lane for each value of <code>:id</code>; several patterns with a space between.
        </Field>
      )}
      {order !== 'serial' && (
        <NumberField
          label="At once, at most"
          value={concurrency}
          usual={usual}
          placeholder={String(usual)}
          onSay={(said) => onManner({ concurrency: said })}
        >
          Requests that are out at a time, as far as order lets them.
        </NumberField>
      )}
    </>
  )
}

type Pace = 'fast' | 'recorded'

function SpeedFields({ manner: { speed, rate }, onManner }: Props) {
  return (
    <>
      <Choice<Pace>
        legend="Speed"
        value={speed === null ? 'fast' : 'recorded'}
        onSay={(pace) => onManner({ speed: pace === 'fast' ? null : 1 })}
        all={[
          ['fast', 'As fast as order lets it', 'nothing is waited for besides'],
          ['recorded', 'As it was recorded', 'with the pauses between, or a part of them'],
        ]}
      />
      <div className="pair">
        {speed !== null && (
          <NumberField
            label="Times as fast"
            value={speed}
            usual={1}
            placeholder="1"
            onSay={(said) => onManner({ speed: said })}
          />
        )}
        <NumberField
          label="A second, at most"
          value={rate}
          usual={null}
          placeholder="any number"
          onSay={(said) => onManner({ rate: said })}
        />
      </div>
    </>
  )
}

function MoreFields({ manner, onManner }: Props) {
  return (
    <div className="fields">
      <Choice
        legend="A request fails, or is in doubt"
        value={manner.on_failure}
        onSay={(said) => onManner({ on_failure: said })}
        all={[
          ['stop', 'Stop', 'what follows may need it'],
          ['continue', 'Go on', 'it is noted'],
        ]}
      />
      <Choice
        legend="An answer differs"
        value={manner.on_difference}
        onSay={(said) => onManner({ on_difference: said })}
        all={[
          ['continue', 'Go on', 'it is noted'],
          ['stop', 'Stop', 'at the first one'],
        ]}
      />
      <NumberField
        label="Clocks may be apart, ms"
        value={manner.clock_tolerance_ms}
        usual={USUAL_MANNER.clock_tolerance_ms}
        placeholder={String(USUAL_MANNER.clock_tolerance_ms)}
        onSay={(said) => onManner({ clock_tolerance_ms: said })}
      >
        Of recorders on different hosts: so close together, order is kept though none is known.
      </NumberField>
    </div>
  )
}

function moreText({ on_failure: failure, on_difference: difference }: Manner): string {
  const stops = [
    ...(failure === 'stop' ? ['a failure'] : []),
    ...(difference === 'stop' ? ['a difference'] : []),
  ]
  return stops.length === 0 ? 'nothing stops it' : `stops at ${stops.join(' and ')}`
}
