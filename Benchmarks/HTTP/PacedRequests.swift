import Foundation

/// Requests at a fixed rate, each at its moment whether the one before is answered or not: a slow answer delays no other, so
/// that waiting counts as waiting.
struct PacedRequests: Sendable {
    let port: Int
    let target: String
    let token: String
    /// Requests a second.
    let rate: Int

    private static let connections = 16

    /// Milliseconds within which 99 of 100 answers came, counted from when each request was due.
    func p99(seconds: Int) async throws -> Double {
        let script = FileManager.default.temporaryDirectory.appending(path: "paced-\(UUID().uuidString).py").path
        try Data(Self.python.utf8).write(to: URL(filePath: script))
        defer { try? FileManager.default.removeItem(atPath: script) }
        let output = try await Program(
            "/usr/bin/python3",
            [script, "\(port)", target, token, "\(rate)", "\(seconds)", "\(Self.connections)"]
        ).run()
        guard let line = output.split(separator: "\n").last, let value = Double(line) else {
            throw BenchError.unexpectedOutput("paced requests", output: output)
        }
        return value
    }

    private static let python = """
        import http.client, sys, threading, time
        port, target, token, rate, seconds, lanes = int(sys.argv[1]), sys.argv[2], sys.argv[3], *map(int, sys.argv[4:7])
        begin, times, lock = time.monotonic() + 0.2, [], threading.Lock()
        def lane(number):
            connection = http.client.HTTPConnection("127.0.0.1", port)
            own = []
            for index in range(number, rate * seconds, lanes):
                due = begin + index / rate
                wait = due - time.monotonic()
                if wait > 0: time.sleep(wait)
                connection.request("GET", target, headers={"Authorization": "Bearer " + token})
                reply = connection.getresponse()
                reply.read()
                if reply.status != 200: raise SystemExit("status %d" % reply.status)
                own.append(time.monotonic() - due)
            with lock: times.extend(own)
        threads = [threading.Thread(target=lane, args=(n,)) for n in range(lanes)]
        [t.start() for t in threads]; [t.join() for t in threads]
        times.sort()
        if len(times) < rate * seconds: raise SystemExit("requests are missing")
        print("%.3f" % (times[int(len(times) * 0.99)] * 1000))
        """
}
