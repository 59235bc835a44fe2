import Foundation
import FoundationNetworking

extension Installation {
    /// An answer of the server.
    struct Answer {
        let status: Int
        let body: Data

        /// The body as a list of JSON objects.
        func objects() throws -> [[String: Any]] {
            try JSONSerialization.jsonObject(with: body) as? [[String: Any]] ?? []
        }
    }

    func get(_ path: String, token: String? = nil) async throws -> Answer {
        guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw URLError(.badURL) }
        var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: 60)
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        let (body, response) = try await URLSession.shared.data(for: request)
        return Answer(status: (response as? HTTPURLResponse)?.statusCode ?? 0, body: body)
    }

    /// 0 while nobody answers.
    func status(of path: String) async throws -> Int {
        do {
            return try await get(path).status
        } catch is URLError {
            return 0
        }
    }
}
