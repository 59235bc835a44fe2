/// The registry: one line a group, in the order they run.
enum BenchmarkGroups {
    static let all: [any BenchmarkGroup] = [
        PostgresReads(),
        PostgresCopy(),
        StoreScans(),
        StoreIngest(),
        ConnectorSyncs(),
        AgentMemory(),
        Rematch(),
        WhatIf(),
        AvailablePatches(),
        IntelligenceImport(),
        HTTPLists(),
        MatchingRates(),
        IndexBuild(),
        RiskRates(),
        ScanProcess(),
        IdentifyRates(),
        ObjectTransfers(),
        DeploymentFlow(),
    ]
}
