/* global Redoc */

// The document's URL is relative to the page, so that the same folder serves every API of ours.
// Redoc's search runs in a worker made from a blob, which would need a hole in the page's policy;
// its default theme names web fonts, which nothing here may fetch.
Redoc.init(
  '../schema',
  {
    disableSearch: true,
    theme: {
      typography: {
        fontFamily: 'system-ui, sans-serif',
        headings: { fontFamily: 'system-ui, sans-serif' },
        code: { fontFamily: 'ui-monospace, monospace' },
      },
    },
  },
  document.getElementById('page'),
)
