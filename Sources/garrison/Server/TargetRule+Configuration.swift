import API
import Connectors
import FoundationEssentials
import Notifications

extension TargetRule {
    init(_ configuration: Configuration) {
        self.init(allowsOwnNetwork: configuration.text(.webhookOwnNetwork) == "allow")
    }
}

extension TransportSettings {
    /// For who asks vendors on behalf of tenants: through the environment's proxies, and only where the operator lets them.
    ///
    /// - Throws: `ConnectorError.setting` when a proxy's address makes no sense.
    init(_ configuration: Configuration) throws {
        try self.init(environment: ProcessInfo.processInfo.environment)
        targets = ConnectionTargets(TargetRule(configuration))
    }
}
