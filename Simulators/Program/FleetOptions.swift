import ArgumentParser

/// What every simulated vendor can be told about its fleet.
struct FleetOptions: ParsableArguments {
    @Option(help: "How many devices the fleet has.")
    var devices = 5_000

    @Option(help: "Equal seeds give equal fleets.")
    var seed: UInt64 = 1

    @Flag(help: "Expired tokens, 429, failures, broken answers and malformed records, at random.")
    var faults = false

    @Option(help: "Seconds until an action has come about.")
    var actionDelay = 20.0

    func validate() throws {
        guard devices >= 0 else { throw ValidationError("--devices cannot be negative.") }
        guard actionDelay >= 0 else { throw ValidationError("--action-delay cannot be negative.") }
    }
}
