import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Sends one inference request and prints the answer; what curl would do where it is installed. Run from its source. */
final class Ask {
    private static final int SHOWN_CHARACTERS = 320;

    private Ask() {}

    /**
     * @param arguments the URL, and the request's JSON; exits with 1 unless the answer's status is 200
     */
    public static void main(String[] arguments) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(arguments[0]))
                .timeout(Duration.ofMinutes(1))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(arguments[1]))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        String body = answer.body();
        System.out.println(answer.statusCode() + " "
                + (body.length() > SHOWN_CHARACTERS ? body.substring(0, SHOWN_CHARACTERS) + " ..." : body));
        System.exit(answer.statusCode() == 200 ? 0 : 1);
    }
}
