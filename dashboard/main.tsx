import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueries } from './session/session.ts'
import { App } from './shell/App.tsx'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/journal.css'
import './styles/table.css'
import './styles/entry.css'
import './styles/body.css'
import './styles/runs.css'
import './styles/replay.css'
import './styles/wish.css'
import './styles/running.css'
import './styles/sign-in.css'
import './styles/rows.css'
import './styles/compare.css'
import './styles/state.css'
import './styles/lives.css'
import './styles/checkpoints.css'

const queries = createQueries()

createRoot(document.querySelector('#page')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
