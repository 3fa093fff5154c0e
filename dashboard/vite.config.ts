import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The page is built into the package, and served by `reprise serve` under a policy without inline
// scripts, styles and data: addresses. For work on it: `npx vite dashboard` beside a service.
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One file from this machine or near it; a build that warns of it each time warns of nothing.
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8081' } },
})
