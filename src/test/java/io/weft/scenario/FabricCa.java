package io.weft.scenario;

/** To be written. */
final class FabricCa {}
