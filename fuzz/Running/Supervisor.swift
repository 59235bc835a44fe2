import FoundationEssentials
import Glibc

/// Runs targets in processes of their own and tells how each ended.
struct Supervisor {
    let program: String
    let corpus: String
    /// Where inputs that broke something are left.
    let findings: String
    let seconds: Double
    let seed: UInt64

    /// True when every target came through.
    func run(_ targets: [FuzzTarget]) throws(FuzzError) -> Bool {
        do {
            try FileManager.default.createDirectory(atPath: findings, withIntermediateDirectories: true)
        } catch {
            throw .file(path: findings)
        }
        // The backtrace of a trap takes longer than an input may.
        setenv("SWIFT_BACKTRACE", "enable=no", 1)
        var isClean = true
        for target in targets {
            let outcome = try run(target)
            if case .passed = outcome { continue }
            isClean = false
            try report(target, outcome)
        }
        return isClean
    }

    private enum Outcome {
        case passed
        case failed(String)
    }

    private func run(_ target: FuzzTarget) throws(FuzzError) -> Outcome {
        let arguments = [
            program, target.name, "--seconds", "\(seconds)", "--seed", "\(seed)", "--corpus", corpus, "--record",
            recordPath(target),
        ]
        var process = pid_t()
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        let code = posix_spawn(&process, program, nil, nil, &words, environ)
        guard code == 0 else { throw .cannotStart(String(cString: strerror(code))) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return Self.outcome(status)
    }

    private static func outcome(_ status: Int32) -> Outcome {
        let signal = status & 0x7F
        if signal == SIGALRM || signal == SIGPROF {
            return .failed("one input took more than \(FuzzRun.secondsPerInput) seconds")
        }
        if signal != 0 { return .failed("ended by signal \(signal) (\(String(cString: strsignal(signal))))") }
        let code = (status >> 8) & 0xFF
        return code == 0 ? .passed : .failed("exit code \(code)")
    }

    private func report(_ target: FuzzTarget, _ outcome: Outcome) throws(FuzzError) {
        guard case .failed(let reason) = outcome else { return }
        print("\(target.name): \(reason)")
        guard let input = InputRecord.lastInput(of: recordPath(target)) else { return }
        let path = "\(findings)/\(target.name)-\(seed)"
        try FileBytes.write(input, to: path)
        print("  to repeat it: \(program) \(target.name) --input \(path)   (\(input.count) bytes)")
    }

    private func recordPath(_ target: FuzzTarget) -> String { "\(findings)/\(target.name).current" }
}
