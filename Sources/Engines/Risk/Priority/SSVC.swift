import Domain

/// CISA's decision of how urgently to act on a vulnerability: the tree `CISA Coordinator` 2.0.3 that
/// CERT/CC publishes at <https://certcc.github.io/SSVC/howto/cisa_coordinate/>.
public enum SSVC {
    /// What to do. Ordered, the least urgent first.
    public enum Decision: String, Sendable, Codable, CaseIterable, Comparable {
        /// Remediate with the regular updates.
        case track
        /// The same, and watch closely for changes.
        case trackClosely = "track*"
        /// Sooner than the regular updates, with supervisors' attention.
        case attend
        /// As soon as possible, with the leadership's attention.
        case act

        public static func < (left: Decision, right: Decision) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// Whether it is exploited (decision point version 1.1.0).
    public enum Exploitation: String, Sendable, Codable, CaseIterable, Comparable {
        case none
        /// A public proof of concept.
        case poc
        case active

        public static func < (left: Exploitation, right: Exploitation) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// How much of the component an exploit gives (version 1.0.0).
    public enum TechnicalImpact: String, Sendable, Codable, CaseIterable {
        case partial, total
    }

    /// What the loss of the asset does to the organisation and the public (version 1.0.0).
    public enum MissionImpact: String, Sendable, Codable, CaseIterable {
        case low, medium, high

        /// By the asset's criticality; the two highest are one here.
        public init(_ criticality: AssetCriticality) {
            switch criticality {
            case .low: self = .low
            case .normal: self = .medium
            case .high, .crown: self = .high
            }
        }
    }

    /// The tree, written as the conditions that its 36 rows come to.
    public static func decision(
        _ exploitation: Exploitation, isAutomatable: Bool, _ impact: TechnicalImpact, _ mission: MissionImpact
    ) -> Decision {
        switch (exploitation, mission) {
        case (.none, .low), (.none, .medium), (.poc, .low): .track
        case (.none, .high): isAutomatable ? .attend : impact == .total ? .trackClosely : .track
        case (.poc, .medium): impact == .total ? .trackClosely : .track
        case (.poc, .high): isAutomatable || impact == .total ? .attend : .trackClosely
        case (.active, .low): isAutomatable ? .attend : .track
        case (.active, .medium):
            switch (isAutomatable, impact) {
            case (true, .total): .act
            case (false, .partial): .track
            default: .attend
            }
        case (.active, .high): isAutomatable || impact == .total ? .act : .attend
        }
    }
}
