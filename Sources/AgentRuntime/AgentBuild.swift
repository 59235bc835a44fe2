/// What this program is.
public enum AgentBuild {
    /// The program's, which tells agents apart in lists.
    public static let version = "0.1.0"
}
