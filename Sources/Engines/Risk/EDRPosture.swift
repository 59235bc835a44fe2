/// How well a tenant's devices are, as one number, from what an EDR and a device management say of them. Each of four
/// complaints takes away up to its weight, and all of them together everything.
public struct EDRPosture: Sendable, Hashable {
    public var devices: Int
    /// With a risk over 70.
    public var highRiskDevices: Int
    /// Alerts that are not resolved.
    public var activeAlerts: Int
    /// Critical vulnerabilities, each counted once, that at least one device has.
    public var criticalVulnerabilities: Int
    public var nonCompliantDevices: Int

    public init(
        devices: Int, highRiskDevices: Int, activeAlerts: Int, criticalVulnerabilities: Int, nonCompliantDevices: Int
    ) {
        self.devices = devices
        self.highRiskDevices = highRiskDevices
        self.activeAlerts = activeAlerts
        self.criticalVulnerabilities = criticalVulnerabilities
        self.nonCompliantDevices = nonCompliantDevices
    }

    /// What each complaint can take away.
    public static let weights = (risk: 30.0, alerts: 25.0, vulnerabilities: 25.0, compliance: 20.0)
    /// So many alerts for each device take away half of their weight.
    public static let alertsAtHalf = 0.1
    /// So many critical vulnerabilities take away half of theirs.
    public static let vulnerabilitiesAtHalf = 10.0

    /// 0 to 100, higher is better; nil without devices, of which nothing can be said.
    public var score: Double? {
        guard devices > 0 else { return nil }
        let count = Double(devices)
        let weights = Self.weights
        let lost =
            weights.risk * share(highRiskDevices) + weights.compliance * share(nonCompliantDevices)
            + weights.alerts * saturation(Double(activeAlerts) / count, half: Self.alertsAtHalf)
            + weights.vulnerabilities
            * saturation(Double(criticalVulnerabilities), half: Self.vulnerabilitiesAtHalf)
        return min(max(100 - lost, 0), 100)
    }

    /// Of the devices.
    private func share(_ number: Int) -> Double { min(max(Double(number) / Double(devices), 0), 1) }

    /// Grows from 0 towards 1: the first of many tell most.
    private func saturation(_ value: Double, half: Double) -> Double { value <= 0 ? 0 : value / (value + half) }
}
