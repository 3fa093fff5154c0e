/* global SwaggerUIBundle */

// The document's URL is relative to the page, so that the same folder serves every API of ours.
SwaggerUIBundle({
  url: '../schema',
  dom_id: '#page',
  deepLinking: true,
  // Null, not the default: the default asks validator.swagger.io about the document.
  validatorUrl: null,
})
