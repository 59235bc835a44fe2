import Domain

/// Why a benchmark could not be run.
enum BenchError: UserFacingError {
    case programFailed(String, output: String)
    case unexpectedOutput(String, output: String)

    var code: String {
        switch self {
        case .programFailed: "bench.program_failed"
        case .unexpectedOutput: "bench.unexpected_output"
        }
    }

    var message: String {
        switch self {
        case .programFailed(let program, let output): "\(program) failed:\n\(output)"
        case .unexpectedOutput(let program, let output): "\(program) printed something unexpected:\n\(output)"
        }
    }
}
