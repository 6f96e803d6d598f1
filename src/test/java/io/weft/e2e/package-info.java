/**
 * Whole networks on a real cluster: what weft promises about making, changing, damaging and removing them. Needs a cluster
 * with nodes ({@code KUBECONFIG}) that have Fabric's images and those of its sample chaincodes; one network runs at a time.
 */
package io.weft.e2e;
