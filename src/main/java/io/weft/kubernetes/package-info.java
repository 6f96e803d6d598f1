/**
 * Talks to the Kubernetes API: credentials, requests with retries, the typed operations weft needs, watches and
 * tunnels to pods. Requests and replies are plain JSON data over the client library's HTTP client, because the model
 * classes of its typed interface cost more start-up time than weft has for a whole run that finds nothing to do.
 */
package io.weft.kubernetes;
