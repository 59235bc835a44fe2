import FoundationEssentials

/// The decision points of the Stakeholder-Specific Vulnerability Categorization that do not depend on who
/// asks, as CISA assesses them. https://www.cisa.gov/ssvc
public struct SSVCAssessment: Sendable, Hashable, Codable {
    /// What is known of exploitation.
    public enum Exploitation: String, Sendable, Codable, CaseIterable {
        case none, poc, active
    }

    /// What an exploit gives control of.
    public enum TechnicalImpact: String, Sendable, Codable, CaseIterable {
        case partial, total
    }

    public var exploitation: Exploitation
    /// Whether reconnaissance, weaponisation, delivery and exploitation can be automated.
    public var automatable: Bool
    public var technicalImpact: TechnicalImpact
    /// When it was assessed.
    public var assessed: Date?

    public init(
        exploitation: Exploitation, automatable: Bool, technicalImpact: TechnicalImpact, assessed: Date? = nil
    ) {
        self.exploitation = exploitation
        self.automatable = automatable
        self.technicalImpact = technicalImpact
        self.assessed = assessed
    }
}
