import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** An HTTP proxy as companies have them: CONNECT alone, with a user and a password. */
final class Proxy {
  private Proxy() {}

  /**
   * @param arguments port, user:password
   */
  public static void main(String[] arguments) throws IOException {
    String login =
        Base64.getEncoder().encodeToString(arguments[1].getBytes(StandardCharsets.US_ASCII));
    try (ServerSocket door = new ServerSocket(Integer.parseInt(arguments[0]))) {
      while (true) {
        Socket client = door.accept();
        new Thread(() -> serve(client, login)).start();
      }
    }
  }

  private static void serve(Socket client, String login) {
    try (client) {
      String asked = head(client.getInputStream());
      String[] words = asked.split(" ", 3);
      OutputStream back = client.getOutputStream();
      if (!words[0].equals("CONNECT")) {
        say(back, "405 Method Not Allowed\r\nAllow: CONNECT");
      } else if (!asked.contains("Proxy-Authorization: Basic " + login + "\r\n")
          && !asked.contains("proxy-authorization: Basic " + login + "\r\n")) {
        say(back, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"site\"");
      } else {
        int colon = words[1].lastIndexOf(':');
        try (Socket server =
            new Socket(
                words[1].substring(0, colon), Integer.parseInt(words[1].substring(colon + 1)))) {
          System.out.println("tunnel to " + words[1]);
          say(back, "200 Connection established");
          Thread out = new Thread(() -> carry(client, server));
          out.start();
          carry(server, client);
        }
      }
    } catch (IOException e) {
      System.out.println("a tunnel ended: " + e.getMessage());
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0 || head.length() > 8192) {
        throw new IOException("no request came");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void say(OutputStream out, String status) throws IOException {
    out.write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static void carry(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      System.out.println("a tunnel does not close: " + e.getMessage());
    }
  }
}
