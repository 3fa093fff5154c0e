import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Refused } from './api/client.ts'
import { App } from './shell/App.tsx'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/journal.css'
import './styles/table.css'
import './styles/entry.css'
import './styles/body.css'
import './styles/runs.css'
import './styles/rows.css'
import './styles/compare.css'
import './styles/state.css'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the service refused it refuses again.
      retry: (count, error) => !(error instanceof Refused) && count < 2,
      // Whether this machine has a network says nothing of a service on it.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

createRoot(document.querySelector('#page')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
