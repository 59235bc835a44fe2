/// All that was written for a job, to `POST /api/agents/patches/log`, when its outcome is told.
public struct PatchLogReport: Sendable, Hashable, Codable {
    public var job: PatchJob
    public var log: String

    /// Bytes that an agent keeps, and sends.
    public static let longest = 2 << 20

    public init(job: PatchJob, log: String) {
        self.job = job
        self.log = log
    }
}
