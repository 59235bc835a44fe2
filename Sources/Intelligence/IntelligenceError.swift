import Domain

/// What can go wrong between a feed and its records.
public enum IntelligenceError: UserFacingError, Equatable {
    /// The file cannot be opened or read.
    case unreadable(path: String, reason: String)
    /// The data ends before the document or the compressed stream does.
    case truncated(input: String, offset: UInt64)
    /// Compressed data or an archive that contradicts its format; `offset` counts compressed bytes.
    case corrupt(input: String, offset: UInt64, reason: String)
    /// Compressed data that grows beyond any feed: made to fill a disk or a day.
    case expansion(input: String, bytes: UInt64)
    /// Text that is not the format it claims to be; `path` is a JSON path or a line number.
    case malformed(input: String, offset: UInt64, path: String, reason: String)
    /// Well-formed JSON whose value has another type than asked for. The reader stands behind the value.
    case mismatch(input: String, offset: UInt64, path: String, expected: String)
    /// No known feed looks like this file.
    case unrecognised(path: String)
    /// The file is a feed of another source than the one named.
    case otherSource(path: String, named: IntelligenceSource, found: IntelligenceSource)
    /// None of a feed's records makes sense.
    case nothingUsable(path: String, records: Int, reason: String)
    /// The server could not be reached.
    case offline(host: String, reason: String)
    /// The server answered with a status that more attempts will not change.
    case refused(url: String, status: Int)
    /// The server is overloaded, or we asked too often; `seconds` as it says, if it does.
    case busy(url: String, status: Int, seconds: Int?)
    /// The connection broke each time.
    case broken(url: String, reason: String)
    /// More comes than a feed can have.
    case tooLarge(url: String, limit: Int64)
    /// The download did not finish in the time allowed.
    case timedOut(url: String, seconds: Int)
    /// A file differs from the checksum recorded for it.
    case checksum(path: String, expected: String, actual: String)
    /// A file cannot be written.
    case unwritable(path: String, reason: String)
    /// A setting of the module makes no sense.
    case setting(name: String, reason: String)

    public var code: String {
        switch self {
        case .unreadable: "feed.unreadable"
        case .truncated: "feed.truncated"
        case .corrupt: "feed.corrupt"
        case .expansion: "feed.expansion"
        case .malformed: "feed.malformed"
        case .mismatch: "feed.mismatch"
        case .unrecognised: "feed.unrecognised"
        case .otherSource: "feed.other_source"
        case .nothingUsable: "feed.nothing_usable"
        case .offline: "download.offline"
        case .refused: "download.refused"
        case .busy: "download.busy"
        case .broken: "download.broken"
        case .tooLarge: "download.too_large"
        case .timedOut: "download.timed_out"
        case .checksum: "file.checksum"
        case .unwritable: "file.unwritable"
        case .setting: "setting.invalid"
        }
    }

    public var message: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path) cannot be read: \(reason)."
        case .truncated(let input, let offset):
            "\(input) ends too early, after byte \(offset). Fetch it again; nothing after that point was read."
        case .corrupt(let input, let offset, let reason):
            "\(input) is damaged near byte \(offset): \(reason). Fetch it again."
        case .expansion(let input, let bytes):
            "\(input) was left after \(bytes) decompressed bytes: no feed grows like that."
        case .malformed(let input, let offset, let path, let reason):
            "\(input) is malformed at byte \(offset) (\(path)): \(reason)."
        case .mismatch(let input, let offset, let path, let expected):
            "\(input), byte \(offset) (\(path)): expected \(expected)."
        case .unrecognised(let path):
            "\(path) is none of the known feeds. Name its source (\(Self.sources)), or check that it is the right file."
        case .otherSource(let path, let named, let found):
            "\(path) is a feed of \(found.rawValue), not of \(named.rawValue). Import it as \(found.rawValue) or auto."
        case .nothingUsable(let path, let records, let reason):
            "\(path) has no usable record: \(records) were left out, the first because \(reason)."
        case .offline(let host, let reason):
            "\(host) cannot be reached: \(reason). What is loaded stays in use."
        case .refused(let url, let status):
            "\(url) answered with status \(status). Check the address, and the key where the source wants one."
        case .busy(let url, let status, let seconds):
            "\(url) answers with status \(status): it is overloaded or was asked too often. "
                + (seconds.map { "Try again in \($0) s." } ?? "Try again later.")
        case .broken(let url, let reason):
            "\(url) could not be had whole: \(reason). Run the update again: it goes on where it stopped."
        case .tooLarge(let url, let limit):
            "\(url) has more than the \(limit) bytes that a feed may have. Check that the address is right."
        case .timedOut(let url, let seconds):
            "\(url) was not complete after \(seconds) s. Run the update again: it goes on where it stopped."
        case .checksum(let path, let expected, let actual):
            "\(path) does not have its recorded checksum (expected \(expected), found \(actual)). Fetch it again."
        case .unwritable(let path, let reason):
            "\(path) cannot be written: \(reason)."
        case .setting(let name, let reason):
            "The setting \(name) cannot be used: \(reason)."
        }
    }

    private static let sources = IntelligenceSource.feeds.map(\.rawValue).joined(separator: ", ")

    /// Whether what a file holds is at fault, and not how it came here.
    var isOfContent: Bool {
        switch self {
        case .malformed, .truncated, .expansion, .mismatch: true
        default: false
        }
    }

    /// Whether one record is at fault, so that a reader of many may go on with the next.
    var isRecoverable: Bool {
        if case .mismatch = self { return true }
        return false
    }
}
