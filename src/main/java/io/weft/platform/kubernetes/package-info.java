/** Networks on Kubernetes: Secrets, ConfigMaps, Helm releases, tunnels and a Lease behind the platform's interfaces. */
package io.weft.platform.kubernetes;
